import Testing
@testable import ChatrixModel
