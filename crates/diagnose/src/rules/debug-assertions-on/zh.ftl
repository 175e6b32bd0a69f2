debug-assertions-on-title = 优化构建却开启了调试断言：配置 `{$profile}`
debug-assertions-on-title-overflow = 优化构建却开启了溢出检查：配置 `{$profile}`
debug-assertions-on-why = 运行时间的 {$share} 花在为开发期准备的检查上
debug-assertions-on-why-overflow = 运行时间的 {$share} 位于做算术的代码行，每次运算都带有检查与分支
debug-assertions-on-fix = 在此配置中设置 debug-assertions = false，或改用 --release 测量与发布
debug-assertions-on-fix-overflow = 在溢出不会发生或已另行处理的前提下，在此配置中设置 overflow-checks = false
