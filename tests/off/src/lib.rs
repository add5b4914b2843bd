//! A program that was built with the feature `off`.
