namespace Traversal.Peer.Reliable.Buffers;

/// <summary>Numbers, kept as the fewest ranges, in order. Grows to the most ranges that there ever were, and allocates nothing beyond that.</summary>
internal sealed class RangeSet
{
    private Range[] _ranges = [];

    /// <summary>How many ranges there are.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there are no numbers.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>The ranges, the lowest first. Good until the next change.</summary>
    public ReadOnlySpan<Range> Ranges => _ranges.AsSpan(0, Count);

    /// <summary>The first number, which has to be there.</summary>
    public long First => _ranges[0].Start;

    /// <summary>The number after the last one, which has to be there.</summary>
    public long End => _ranges[Count - 1].End;

    /// <summary>Numbers from a first one up to but not including an end.</summary>
    public readonly record struct Range(long Start, long End)
    {
        /// <summary>How many there are.</summary>
        public long Length => End - Start;
    }

    /// <summary>Whether <paramref name="number"/> is there.</summary>
    public bool Contains(long number)
    {
        int index = IndexOfEndAbove(number);
        return index < Count && _ranges[index].Start <= number;
    }

    /// <summary>Whether all of a range is there.</summary>
    public bool Contains(long start, long end)
    {
        int index = IndexOfEndAbove(start);
        return index < Count && _ranges[index].Start <= start && _ranges[index].End >= end;
    }

    /// <summary>The ranges that have a number in common with the given one. Good until the next change.</summary>
    public ReadOnlySpan<Range> Overlapping(long start, long end)
    {
        int first = IndexOfEndAbove(start), after = first;
        while (after < Count && _ranges[after].Start < end) after++;
        return _ranges.AsSpan(first, after - first);
    }

    /// <summary>How many ranges there would be after <see cref="Add"/>.</summary>
    public int CountWith(long start, long end)
    {
        (int first, int after) = Touching(start, end);
        return Count - (after - first) + 1;
    }

    /// <summary>Adds a range.</summary>
    public void Add(long start, long end)
    {
        if (start >= end) return;

        (int first, int after) = Touching(start, end);
        if (first < after)
        {
            start = Math.Min(start, _ranges[first].Start);
            end = Math.Max(end, _ranges[after - 1].End);
        }

        Replace(first, after, [new Range(start, end)]);
    }

    /// <summary>Takes a range away.</summary>
    public void Remove(long start, long end)
    {
        if (start >= end || Count == 0) return;

        int first = IndexOfEndAbove(start), after = first + Overlapping(start, end).Length;
        if (first == after) return;

        Range left = new(_ranges[first].Start, start), right = new(end, _ranges[after - 1].End);
        if (left.Length > 0 && right.Length > 0) Replace(first, after, [left, right]);
        else if (left.Length > 0) Replace(first, after, [left]);
        else if (right.Length > 0) Replace(first, after, [right]);
        else Replace(first, after, []);
    }

    /// <summary>Takes away everything below <paramref name="number"/>.</summary>
    public void RemoveBelow(long number)
    {
        if (Count > 0 && First < number) Remove(First, number);
    }

    /// <summary>Takes away the lowest range.</summary>
    public void RemoveFirst() => Replace(0, 1, []);

    /// <summary>Takes away everything.</summary>
    public void Clear() => Count = 0;

    // The ranges that overlap or meet the given one are from the first to before the second.
    private (int First, int After) Touching(long start, long end)
    {
        int first = IndexOfEndAbove(start - 1), after = first;
        while (after < Count && _ranges[after].Start <= end) after++;
        return (first, after);
    }

    private int IndexOfEndAbove(long number)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_ranges[middle].End > number) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    private void Replace(int first, int after, ReadOnlySpan<Range> ranges)
    {
        int count = Count - (after - first) + ranges.Length;
        if (count > _ranges.Length) Array.Resize(ref _ranges, Math.Max(4, count * 2));
        Array.Copy(_ranges, after, _ranges, first + ranges.Length, Count - after);
        ranges.CopyTo(_ranges.AsSpan(first));
        Count = count;
    }
}
