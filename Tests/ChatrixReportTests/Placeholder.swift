import Testing

@testable import ChatrixReport
