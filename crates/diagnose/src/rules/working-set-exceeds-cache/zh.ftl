working-set-exceeds-cache-title = 反复遍历比核心缓存更大的内存：{$object}
working-set-exceeds-cache-why = 一遍结束时开头已被挤出缓存，每一遍都要全部重新取来
working-set-exceeds-cache-fix-block = 先对放得进缓存的一部分做完所有遍，再处理下一部分
working-set-exceeds-cache-fix-smaller = 缩小元素，或合并先后遍历它们的循环
