"""The vocabulary that all tools share: changes and their kinds, money, the brand, the account and its objects."""
