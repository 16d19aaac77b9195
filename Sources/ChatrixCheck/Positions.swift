import ChatrixHistory
import ChatrixModel

/// Cases as indices of arrays: an enumeration without associated values is its position in `allCases`.
protocol Positioned: CaseIterable {}

extension Positioned {
    @inline(__always)
    var position: Int { Int(unsafeBitCast(self, to: UInt8.self)) }
}

extension Endpoint.Name: Positioned {}
extension SocketAction: Positioned {}
extension History.Delivery.Kind: Positioned {}
extension Metric.Guarantee: Positioned {}
