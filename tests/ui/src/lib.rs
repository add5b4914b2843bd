//! Programs that the attributes accept and refuse; the tests that compile them need a package of their own.
