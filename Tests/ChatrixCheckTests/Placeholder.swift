import Testing

@testable import ChatrixCheck
