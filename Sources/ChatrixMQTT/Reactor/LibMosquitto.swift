import CMosquitto
import Synchronization

/// The process-wide state of libmosquitto.
enum LibMosquitto {
    private static let initialization: CInt = mosquitto_lib_init()

    /// Initialises the library on the first call, once for the whole process. `mosquitto_lib_cleanup` is not called:
    /// it would also unload OpenSSL's configuration under the feet of other users of libcrypto, and the process's end
    /// frees the same memory.
    static func initialize() throws(MQTTError) {
        try check(initialization, "initialising libmosquitto")
    }

    /// Throws `MQTTError.library` unless `code` is MOSQ_ERR_SUCCESS.
    static func check(_ code: CInt, _ operation: @autoclosure () -> String) throws(MQTTError) {
        if code != MOSQ_ERR_SUCCESS.rawValue { throw .library(operation: operation(), code: code) }
    }
}

/// libmosquitto's text for one of its error codes.
func libraryMessage(_ code: CInt) -> String {
    mosquitto_strerror(code).map { String(cString: $0) } ?? "error \(code)"
}

/// The meaning of a CONNACK return code of MQTT 3.1.1, section 3.2.2.3.
func connackMessage(_ code: CInt) -> String {
    switch code {
    case 1: "unacceptable protocol version"
    case 2: "client identifier rejected"
    case 3: "server unavailable"
    case 4: "bad user name or password"
    case 5: "not authorised; check user name and password"
    default: "unknown return code"
    }
}
