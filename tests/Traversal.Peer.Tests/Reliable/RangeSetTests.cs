using FsCheck;
using FsCheck.Fluent;
using Traversal.Peer.Reliable.Buffers;

namespace Traversal.Peer.Tests.Reliable;

public sealed class RangeSetTests
{
    private const int Most = 60;

    /// <summary>Whatever is added and taken away, the numbers are those of a plain set, in as few ranges as there can be.</summary>
    [Fact]
    public void It_is_a_set()
    {
        Gen<(bool Adds, int Start, int Length)[]> steps =
            Gen.ArrayOf(Gen.Choose(0, 1).SelectMany(adds => Gen.Choose(0, Most - 10).SelectMany(start => Gen.Choose(0, 10).Select(length => (adds == 1, start, length)))));

        Prop.ForAll(steps.ToArbitrary(), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    private static bool Holds((bool Adds, int Start, int Length)[] steps)
    {
        var model = new bool[Most + 2];
        var set = new RangeSet();
        foreach ((bool adds, int start, int length) in steps)
        {
            int count = set.CountWith(start, start + length);
            if (adds) set.Add(start, start + length);
            else set.Remove(start, start + length);
            for (int number = start; number < start + length; number++) model[number] = adds;
            if (adds && length > 0 && set.Count != count) return false;
            if (!Equal(set, model)) return false;
        }

        return true;
    }

    private static bool Equal(RangeSet set, bool[] model)
    {
        int ranges = 0;
        for (int number = 0; number < model.Length; number++)
        {
            if (set.Contains(number) != model[number]) return false;
            if (model[number] && (number == 0 || !model[number - 1])) ranges++;
        }

        return ranges == set.Count;
    }
}
