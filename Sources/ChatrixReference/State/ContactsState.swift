struct ContactsState: Sendable {}
