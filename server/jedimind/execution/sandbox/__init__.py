"""What confines a run: policies, the mechanisms that enforce them, and the tiers they make up."""
