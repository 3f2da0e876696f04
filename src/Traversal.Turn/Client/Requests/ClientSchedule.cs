using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <summary>
/// When a request over UDP is sent again. Whatever the timeout it starts with, it is given up when RFC 8489 section 6.2.1 gives up one of 500 ms: a short
/// path makes more transmissions (Rc is configurable), not less patience.
/// </summary>
internal static class ClientSchedule
{
    private static readonly TimeSpan LastTransmission = TimeSpan.FromMilliseconds(31_500);
    private static readonly TimeSpan Total = TimeSpan.FromMilliseconds(39_500);

    /// <summary>The schedule that begins with this timeout.</summary>
    public static RetransmissionSchedule For(TimeSpan timeout)
    {
        int transmissions = 1;
        TimeSpan sentAt = TimeSpan.Zero;
        for (TimeSpan interval = timeout; sentAt + interval <= LastTransmission; interval *= 2)
        {
            sentAt += interval;
            transmissions++;
        }

        return new RetransmissionSchedule(timeout, transmissions, Total - sentAt);
    }
}
