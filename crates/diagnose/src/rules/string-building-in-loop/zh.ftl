string-building-in-loop-title = 循环每次都从 `{$variable}` 自身重新构造它
string-building-in-loop-why = 第 {$line} 行的循环每次都复制之前构造的全部内容，因此开销随长度的平方增长
string-building-in-loop-fix = 在原有内容上追加：用 push_str、extend，或对它使用 write!
