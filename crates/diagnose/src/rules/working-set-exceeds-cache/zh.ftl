working-set-exceeds-cache-title = 反复遍历比核心缓存更大的内存：{$object}
working-set-exceeds-cache-why = 一遍结束时开头已被挤出缓存，每一遍都要全部重新取来
working-set-exceeds-cache-fix-block = 先对放得进缓存的一部分做完所有遍，再处理下一部分
working-set-exceeds-cache-fix-smaller = 缩小元素，或合并先后遍历它们的循环
working-set-exceeds-cache-title-jumps = 在比核心缓存更大的内存中跳跃访问：{$object}
working-set-exceeds-cache-why-jumps = 几乎每次访问都落在另一行上，而那一行早已离开缓存，或从未进入
working-set-exceeds-cache-fix-partition = 先按键的高位把键分成若干部分，再逐部分处理，使表的相应部分留在缓存中
