//! Our values to minijinja's and back, digits kept.
