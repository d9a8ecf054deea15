"""What is set on campaigns, ad sets and ads: how it reads, how it is compared, sent and said."""
