using FsCheck;
using FsCheck.Fluent;
using Traversal.Load.Measurement;

namespace Traversal.Load.Tests;

public sealed class ArrivalWindowTests
{
    [Fact]
    public void Gaps_are_in_order_and_what_fills_them_is_not()
    {
        var window = new ArrivalWindow();
        Assert.Equal(Arrival.InOrder, window.Note(1));
        Assert.Equal(Arrival.InOrder, window.Note(4));
        Assert.Equal(Arrival.OutOfOrder, window.Note(2));
        Assert.Equal(Arrival.Duplicate, window.Note(2));
        Assert.Equal(Arrival.Duplicate, window.Note(4));
        Assert.Equal(Arrival.InOrder, window.Note(1_000));
        Assert.Equal(Arrival.OutOfOrder, window.Note(3));
    }

    [Fact]
    public void The_number_after_the_largest_is_the_smallest()
    {
        var window = new ArrivalWindow();
        for (uint at = 0; at < 3; at++) window.Note(at * 0x7000_0000);
        window.Note(uint.MaxValue);
        Assert.Equal(Arrival.InOrder, window.Note(0));
        Assert.Equal(Arrival.Duplicate, window.Note(uint.MaxValue));
    }

    [Fact]
    public void It_agrees_with_a_set_of_everything_seen() => Prop.ForAll(Sequences(), sequences =>
    {
        var window = new ArrivalWindow();
        var seen = new HashSet<uint>();
        uint highest = 0;
        foreach (uint sequence in sequences)
        {
            bool fresh = seen.Add(sequence);
            Arrival expected = sequence > highest ? Arrival.InOrder : fresh ? Arrival.OutOfOrder : Arrival.Duplicate;
            if (highest >= 64 && sequence <= highest - 64) expected = Arrival.OutOfOrder;
            highest = Math.Max(highest, sequence);
            if (window.Note(sequence) != expected) return false;
        }

        return true;
    }).QuickCheckThrowOnFailure();

    private static Arbitrary<uint[]> Sequences() =>
        Gen.Choose(1, 150).Select(value => (uint)value).NonEmptyListOf().Select(list => list.ToArray()).ToArbitrary();
}
