import Testing

@testable import ChatrixServer
