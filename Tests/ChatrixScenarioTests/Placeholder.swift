import Testing

@testable import ChatrixScenario
