using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>
/// What has happened to a pair, in order. What repeats is counted instead of listed, so that a pair that lives for days grows no longer; when it is full,
/// the middle is given up: how it began and how it ended explain a pair.
/// </summary>
internal sealed class PairTimeline
{
    private const int Kept = 8, Limit = 2 * Kept;

    // A live pair goes through checks and answers both ways, again and again.
    private const int Cycle = 4;

    private IcePairMoment[] _moments = new IcePairMoment[2];
    private int _count;

    public ReadOnlySpan<IcePairMoment> Moments => _moments.AsSpan(0, _count);

    public void Add(IcePairStep step, MonotonicTime now)
    {
        for (int i = _count - 1; i >= 0 && i >= _count - Cycle; i--)
        {
            ref IcePairMoment moment = ref _moments[i];
            if (moment.Step != step) continue;

            moment = moment with { Last = now, Count = moment.Count + 1 };
            return;
        }

        if (_count == Limit)
        {
            _moments.AsSpan(Kept + 1).CopyTo(_moments.AsSpan(Kept));
            _count--;
        }
        else if (_count == _moments.Length)
        {
            Array.Resize(ref _moments, _count * 2);
        }

        _moments[_count++] = new IcePairMoment(step, now, now, 1);
    }
}
