//! `response`, `request`, `steps` as minijinja objects: nothing is converted that no template names.
