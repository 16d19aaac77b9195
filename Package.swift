// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A room of the design; nothing imports upward, see `docs/architecture.md`.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: settings)
}

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
]
let webSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "chatrix-harness",
    products: [
        .executable(name: "chatrix-sim", targets: ["chatrix-sim"]),
        .executable(name: "chatrix-bench", targets: ["chatrix-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // 0: vocabulary and system libraries
        room("ChatrixModel", [httpTypes]),
        .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        // 1: pure, but for the wrapper of libmosquitto
        room("ChatrixReference", ["ChatrixModel", "CLibcrypto", httpTypes]),
        room("ChatrixHistory", ["ChatrixModel"]),
        room("ChatrixMQTT", ["CLinux", "CMosquitto", logging]),

        // 2: drive and judge, pure
        room(
            "ChatrixScenario",
            ["ChatrixModel", "ChatrixReference", "ChatrixHistory", httpTypes, .product(name: "Yams", package: "Yams")]),
        room("ChatrixCheck", ["ChatrixModel", "ChatrixHistory", "ChatrixReference"]),
        room("ChatrixConformance", ["ChatrixModel", "ChatrixReference", "CLibcrypto", httpTypes]),

        // 3: shells
        room(
            "ChatrixServer",
            ["ChatrixModel", "ChatrixReference", "ChatrixMQTT", httpTypes, logging]
                + nio + [
                    webSocket, .product(name: "NIOExtras", package: "swift-nio-extras"),
                    .product(name: "NIOSSL", package: "swift-nio-ssl"),
                ]),
        room(
            "ChatrixLive",
            ["ChatrixModel", "ChatrixHistory", "ChatrixMQTT", "ChatrixScenario", httpTypes, logging]
                + nio + [webSocket, .product(name: "NIOSSL", package: "swift-nio-ssl")]),
        room(
            "ChatrixProbe",
            [
                "ChatrixModel", "ChatrixHistory", "ChatrixConformance", "ChatrixLive", "ChatrixMQTT", "ChatrixScenario",
            ]
                + nio + [
                    webSocket, .product(name: "NIOTLS", package: "swift-nio"),
                    .product(name: "NIOSSL", package: "swift-nio-ssl"),
                    .product(name: "Yams", package: "Yams"),
                ]),
        room(
            "ChatrixReport",
            [
                "ChatrixModel", "ChatrixHistory", "ChatrixCheck", "ChatrixConformance", histogram, logging,
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),

        // 4: commands
        .executableTarget(
            name: "chatrix-sim",
            dependencies: [
                "ChatrixModel", "ChatrixReference", "ChatrixHistory", "ChatrixMQTT", "ChatrixScenario", "ChatrixCheck",
                "ChatrixConformance", "ChatrixServer", "ChatrixLive", "ChatrixProbe", "ChatrixReport", arguments,
                logging,
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "chatrix-bench",
            dependencies: [
                "ChatrixModel", "ChatrixReference", "ChatrixHistory", "ChatrixMQTT", "ChatrixScenario", "ChatrixCheck",
                "ChatrixServer",
                arguments, httpTypes, logging,
            ] + nio,
            swiftSettings: settings),

        tests(of: "ChatrixModel"),
        tests(of: "ChatrixReference", ["ChatrixModel", httpTypes]),
        tests(of: "ChatrixMQTT"),
        tests(of: "ChatrixScenario", ["ChatrixModel", "ChatrixReference", "ChatrixHistory", httpTypes]),
        tests(of: "ChatrixCheck", ["ChatrixModel", "ChatrixHistory", "ChatrixReference", "ChatrixScenario"]),
        tests(
            of: "ChatrixConformance",
            [
                "ChatrixModel", "ChatrixReference", "ChatrixServer", "ChatrixProbe", "ChatrixLive", "ChatrixMQTT",
                "ChatrixScenario", httpTypes, logging,
            ] + nio + [.product(name: "NIOSSL", package: "swift-nio-ssl")]),
        tests(
            of: "ChatrixServer",
            ["ChatrixModel", "ChatrixReference", "ChatrixMQTT", httpTypes, logging] + nio),
        tests(
            of: "ChatrixLive",
            [
                "ChatrixModel", "ChatrixReference", "ChatrixHistory", "ChatrixMQTT", "ChatrixScenario", "ChatrixServer",
                logging,
            ] + nio + [
                .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        tests(
            of: "ChatrixReport",
            [
                "ChatrixModel", "ChatrixHistory", "ChatrixCheck", "ChatrixConformance",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(name: "CommandLineTests", dependencies: ["chatrix-sim", "chatrix-bench"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
