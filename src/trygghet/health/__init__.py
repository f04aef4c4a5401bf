"""Whether the product is well: for load balancers, for Prometheus, and for `trygghet doctor`."""
