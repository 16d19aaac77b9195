import ChatrixModel
import HTTPTypes

/// Finds the endpoints at a path (D-13): case-sensitive, no trailing slash, literal segments before parameters.
struct Router: Sendable {
    struct Match: Sendable {
        /// All endpoints of the path, one a method.
        let endpoints: [Endpoint]
        /// The value of the path's parameter, as received.
        let parameter: Substring

        func endpoint(for method: HTTPRequest.Method) -> Endpoint? { endpoints.first { $0.method == method } }

        /// Value of the header `Allow`.
        var allowedMethods: String { endpoints.map(\.method.rawValue).joined(separator: ", ") }
    }

    private struct Route {
        let path: [Endpoint.Segment]
        var endpoints: [Endpoint]
    }

    /// By number of segments; among equals those with the earlier literal first.
    private let routes: [[Route]]
    /// Those that end in the rest of the path; looked at when no other route is found.
    private let openRoutes: [Route]

    static let shared = Router()

    private init() {
        var routes: [[Route]] = []
        var openRoutes: [Route] = []
        for endpoint in Endpoint.all {
            if case .remainder = endpoint.path.last {
                openRoutes.append(Route(path: endpoint.path, endpoints: [endpoint]))
                continue
            }
            while routes.count <= endpoint.path.count { routes.append([]) }
            let count = endpoint.path.count
            if let known = routes[count].firstIndex(where: { $0.path == endpoint.path }) {
                routes[count][known].endpoints.append(endpoint)
            } else {
                routes[count].append(Route(path: endpoint.path, endpoints: [endpoint]))
            }
        }
        self.routes = routes.map { group in group.sorted { Router.specificity($0) > Router.specificity($1) } }
        self.openRoutes = openRoutes
    }

    /// Reads as a binary number with a 1 for each literal.
    private static func specificity(_ route: Route) -> Int {
        route.path.reduce(0) { value, segment in
            if case .literal = segment { value << 1 | 1 } else { value << 1 }
        }
    }

    func match(_ path: Substring) -> Match? {
        guard path.first == "/" else { return nil }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for route in segments.count < routes.count ? routes[segments.count] : [] {
            if let parameter = Router.parameter(of: route, in: segments) {
                return Match(endpoints: route.endpoints, parameter: parameter)
            }
        }
        for route in openRoutes where segments.count >= route.path.count {
            if let parameter = Router.parameter(of: route, in: segments) {
                return Match(endpoints: route.endpoints, parameter: parameter)
            }
        }
        return nil
    }

    /// The parameter's value, empty for a route without one; `nil` if the path is another.
    private static func parameter(of route: Route, in segments: [Substring]) -> Substring? {
        var parameter: Substring = ""
        for (segment, text) in zip(route.path, segments) {
            switch segment {
            case .literal(let literal):
                guard text == literal else { return nil }
            case .parameter:
                guard !text.isEmpty else { return nil }
                parameter = text
            case .remainder:
                parameter = text.base[text.startIndex..<(segments.last ?? text).endIndex]
            }
        }
        return parameter
    }
}
