import Testing

@testable import ChatrixMQTT
