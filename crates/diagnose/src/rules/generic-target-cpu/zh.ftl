generic-target-cpu-title-calls = 算术变成了库函数调用：为任意 x86-64 处理器而非本机构建
generic-target-cpu-title-bits = 用移位和掩码统计位数：为任意 x86-64 处理器而非本机构建
generic-target-cpu-title-loops = 数值循环是为任意 x86-64 处理器而非本机构建的
generic-target-cpu-why-calls = 运行时间的 {$share} 花在 mul_add、floor 之类的方法上，它们在本机是一条指令，在此构建中却是一次函数调用
generic-target-cpu-why-bits = 运行时间的 {$share} 花在统计数值中 1 的位数上，它在本机是一条指令（popcnt），在此构建中却是十几条
generic-target-cpu-why-loops = 运行时间的 {$share} 位于数值循环；本机的向量宽度是此构建所用的两倍
generic-target-cpu-fix-native = 为实际运行的机器构建：RUSTFLAGS="-C target-cpu=native"，或 x86-64-v3
generic-target-cpu-fix-detect = 在运行时选择：`is_x86_feature_detected!`，并在循环所在的函数上加 `#[target_feature]`
