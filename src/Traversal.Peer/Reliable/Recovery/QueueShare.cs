namespace Traversal.Peer.Reliable.Recovery;

/// <summary>
/// How long a queue one who shares a link wants, as a share of the round trip. All who share it see the same queue, and who sends less wants a longer one: it
/// grows at the cost of those who send more until all are equal (the idea of flow scaling in Kumar et al., "Swift", 2020).
/// </summary>
internal sealed class QueueShare
{
    /// <summary>What is wanted at 100 Mbit/s, and how much more for each time that the rate is divided by e.</summary>
    private const double AtReference = 0.25, Slope = 0.1;

    private const double ReferenceRate = 100e6 / 8;

    private const double Least = 0.05, Most = 0.8;

    /// <summary>How much more than what is wanted in the end is done meanwhile, as a multiple of what there is too little or too much, and the most of it.</summary>
    private const double Haste = 2, MostHaste = 0.15;

    /// <summary>How much a round counts in the mean of the queue.</summary>
    private const double Weight = 0.25;

    private double _queue;

    /// <summary>The queue that is wanted at a rate in bytes a second.</summary>
    public static double At(double rate) => Math.Clamp(AtReference + (Slope * Math.Log(ReferenceRate / Math.Max(rate, 1))), Least, Most);

    /// <summary>What the window has beyond what the path holds, to come to the queue that is wanted.</summary>
    public double ExcessAt(double rate)
    {
        double wanted = At(rate);
        return Math.Clamp(wanted + Math.Clamp(Haste * (wanted - _queue), -MostHaste, MostHaste), 0, Most);
    }

    /// <summary>There is such a queue now.</summary>
    public void Begin(double queue) => _queue = queue;

    /// <summary>There was such a queue in the last round.</summary>
    public void Add(double queue) => _queue += (queue - _queue) * Weight;
}
