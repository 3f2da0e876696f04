namespace Traversal.Load.Engine;

/// <summary>A stretch of a run with one kind of load. Its packets carry its number.</summary>
/// <param name="Number">The number, different for each phase of a run.</param>
/// <param name="Name">What the progress line calls it.</param>
/// <param name="Length">How long it sends.</param>
/// <param name="IsRising">Whether rate or window grow from nothing to their full value.</param>
internal readonly record struct Phase(byte Number, string Name, TimeSpan Length, bool IsRising)
{
    public PacketSchedule CreateSchedule(LoadOptions options) =>
        IsRising ? PacketSchedule.Rising(options.Rate, options.Burst, Length) : PacketSchedule.Constant(options.Rate, options.Burst);
}
