"""Models of the libraries that people train with, for the tests of whatever serves them."""
