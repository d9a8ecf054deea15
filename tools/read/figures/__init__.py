"""Figures of the account: what may be asked, how rows are added up, chosen and compared."""
