import Yams
enum Placeholder {}
