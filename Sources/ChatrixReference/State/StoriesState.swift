struct StoriesState: Sendable {}
