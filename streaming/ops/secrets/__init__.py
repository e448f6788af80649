"""What is sealed under the field keys, for those who look after a site: `sealed`."""
