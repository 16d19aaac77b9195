import ChatrixModel

extension History.Delivery {
    /// What the history records of a text frame that a WebSocket connection of the user `id` received: the reading of both
    /// clocks.
    ///
    /// One that the documented shapes do not explain is `unreadable`, with its beginning as the note.
    package init(frame: [UInt8], to user: Int, _ id: UserID?, device: Int, at: Int64) {
        var index = JSONIndex()
        self = frame.withUnsafeBytes { bytes in
            let delivery =
                (try? index.read(bytes) { Self(frame: $0, bytes, to: user, id, device: device, at: at) }) ?? nil
            return delivery ?? Self(unreadableFrame: bytes, to: user, device: device, at: at)
        }
    }

    /// `nil` for what the documented shapes do not explain.
    package init?(
        frame: JSONView, _ bytes: UnsafeRawBufferPointer, to user: Int, _ id: UserID?, device: Int, at time: Int64
    ) {
        guard let name = frame["event"]?.string, let data = frame["data"] else { return nil }
        let digest = History.digest(of: bytes)
        if name == SocketEvent.errorName {
            self.init(user: user, at: time, kind: .socketError, payloadDigest: digest, note: Self.beginning(of: bytes))
            self.device = device
            channel = .webSocket
        } else if let event = SocketEvent(rawValue: name) {
            self.init(of: event, data, to: user, id, device: device, at: time, payloadDigest: digest)
        } else {
            return nil
        }
    }

    /// Of a frame that nothing documented explains.
    package init(unreadableFrame bytes: UnsafeRawBufferPointer, to user: Int, device: Int, at time: Int64) {
        self.init(
            user: user, at: time, kind: .unreadable, payloadDigest: History.digest(of: bytes),
            note: Self.beginning(of: bytes))
        self.device = device
        channel = .webSocket
    }

    private static func beginning(of bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix(160), as: UTF8.self)
    }
}
