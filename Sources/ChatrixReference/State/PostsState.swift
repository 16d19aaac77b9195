struct PostsState: Sendable {}
