struct CallsState: Sendable {}
