import NIOCore
import NIOPosix
import NIOHTTP1
import NIOExtras
import HTTPTypes
import Logging
enum Placeholder {}
