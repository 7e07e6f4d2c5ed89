"""What belongs together: copies for now; adverts by one seller, claims and coordination build on the same pairs."""
