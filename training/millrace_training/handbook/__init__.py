"""The published simulated set of the Fraud Detection Handbook: made again, with its features, split and models."""
