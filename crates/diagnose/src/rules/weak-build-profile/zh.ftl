weak-build-profile-title-unoptimized = 构建时未优化：配置 `{$profile}`，opt-level {$level}
weak-build-profile-title-size = 构建以体积而非速度为目标：配置 `{$profile}`，opt-level {$level}
weak-build-profile-why = 运行时间的 {$share} 花在编译出的代码上，其速度取决于这些设置；调整后，下面的发现可能随之消失
weak-build-profile-fix-release = 用 --release 构建并测量
weak-build-profile-fix-level = 在此配置中设置 opt-level = 3
