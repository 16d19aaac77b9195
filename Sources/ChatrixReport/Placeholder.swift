import GRDB
import Histogram

enum Placeholder {}
