import ChatrixConformance
import ChatrixModel
import ChatrixProbe
import ChatrixReference
import ChatrixServer
import Logging
import Testing

/// One server for all checks, each of which starts it over: hence one after the other.
@Suite(.serialized) struct HTTPTests {
    private static let server = Result {
        var configuration = ReferenceServer.Configuration.inProcess
        configuration.clock = .virtual(Timestamp(milliseconds: 1_681_128_000_000))
        configuration.api.backend.passwordRounds = 1
        var logger = Logger(label: "conformance tests")
        logger.logLevel = .error
        return try ReferenceServer.start(configuration, logger: logger)
    }

    @Test(arguments: Checks.all)
    func checkHoldsOverHTTP(_ check: Check) throws {
        var target: any Target = HTTPTarget(port: try Self.server.get().port)
        expectHeld(check.run(on: &target, run: 1), of: check)
    }
}
