using Traversal.Load.Measurement;

namespace Traversal.Load.Engine;

/// <summary>Shows a run while it goes on.</summary>
internal interface IProgressDisplay
{
    void ShowSetup(int done, int total);

    void ShowTraffic(Traffic traffic, ProcessProbe probe);
}
