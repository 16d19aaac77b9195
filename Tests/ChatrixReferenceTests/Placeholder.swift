import Testing
@testable import ChatrixReference
