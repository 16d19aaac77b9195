import Testing

@testable import ChatrixLive
