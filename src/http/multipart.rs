//! multipart/form-data bodies (urllib3's encode_multipart_formdata), streamed.
