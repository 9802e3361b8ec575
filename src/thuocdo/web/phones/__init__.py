"""Ballots on phones (under /bo-phieu/dien-thoai/): the committee's page, the voter's page, messages of the tool."""
