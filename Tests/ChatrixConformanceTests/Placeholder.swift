import Testing

@testable import ChatrixConformance
